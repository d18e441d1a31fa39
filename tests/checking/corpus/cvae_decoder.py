import os
import torch
import torch.utils.data
from torch import nn, optim
from torch.nn import functional as F

# cuda setup
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
kwargs = {'num_workers': 1, 'pin_memory': True}

# hyper params
batch_size = 64
latent_size = 20
epochs = 10



class CVAE(nn.Module):
    def __init__(self, feature_size, latent_size, hidden, class_size):
        super(CVAE, self).__init__()
        self.feature_size = feature_size
        self.class_size = class_size

        # encode
        self.fc1 = nn.Linear(feature_size + class_size, hidden)
        self.fc21 = nn.Linear(hidden, latent_size)
        self.fc22 = nn.Linear(hidden, latent_size)

        # decode
        self.fc3 = nn.Linear(latent_size, hidden)
        self.fc4 = nn.Linear(hidden, feature_size)

        self.elu = nn.ELU()
        self.sigmoid = nn.Sigmoid()

    def encode(self, x, c):  # Q(z|x, c)
        '''
        x: (bs, feature_size)
        c: (bs, class_size)
        '''
        inputs = torch.cat([x, c], 1)
        h1 = self.elu(self.fc1(inputs))
        z_mu = self.fc21(h1)
        z_var = self.fc22(h1)
        return z_mu, z_var

    def reparameterize(self, mu, logvar):
        std = torch.exp(0.5 * logvar)
        eps = torch.randn_like(std)
        return mu + eps * std

    def decode(self, z, c):
        inputs = torch.cat([z, c], 1)
        h3 = self.elu(self.fc3(inputs))
        return self.sigmoid(self.fc4(h3))

    def forward(self, x, y):
        c = F.one_hot(y, self.class_size).float()
        mu, logvar = self.encode(x.view(-1, 28 * 28), c)
        z = self.reparameterize(mu, logvar)
        return self.decode(z, c), mu, logvar




model = CVAE(28 * 28, latent_size, 400, 10).to(device)
optimizer = optim.Adam(model.parameters(), lr=1e-3)




